import { isAllowed, type Permission, permissions, type Role } from '@starling/domain';

/** What a role is for, in a sentence. */
export const roleMeanings: Record<Role, string> = {
  admin: 'Everything: tokens, workers and the audit log included.',
  operator: 'Brings in data, launches sweeps, promotes models.',
  viewer: 'Sees sweeps, data, models and the fleet; changes nothing.',
  worker: 'For a worker process: takes trials and reports them. No pages.',
  client: 'For a program: asks endpoints for predictions. No pages.',
};

const permissionWords: Record<Permission, string> = {
  read: 'See sweeps, trials, data sets, models and the fleet',
  operate: 'Bring in data, launch and stop sweeps, promote models',
  administer: 'Create and revoke tokens, drain workers, read the audit log',
  work: 'Take trials and report them, as a worker process',
  infer: 'Ask endpoints for predictions',
};

/** Every permission in words, and whether a role holds it. */
export function describePermissions(
  role: Role,
): { permission: Permission; words: string; isHeld: boolean }[] {
  return permissions.map((permission) => ({
    permission,
    words: permissionWords[permission],
    isHeld: isAllowed(role, permission),
  }));
}
