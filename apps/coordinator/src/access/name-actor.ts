import type { Principal } from '@starling/domain';

/** How the audit log names whoever acted: words for people, an id that stays. */
export function nameActor(principal: Principal): string {
  return `${principal.name} (${principal.tokenId})`;
}
