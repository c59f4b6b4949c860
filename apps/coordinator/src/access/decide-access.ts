import {
  AppError,
  isAllowed,
  type Permission,
  type Principal,
  unauthenticatedMessage,
} from '@starling/domain';
import type { RouteRule } from './route-rules.ts';

/** How a request showed who it is. */
export type Credential = 'token' | 'session';

export interface Caller {
  principal: Principal;
  credential: Credential;
}

export interface AccessQuestion {
  rule: RouteRule;
  caller: Caller | null;
  /** True where a browser asks for a page to show (not data). */
  isNavigation: boolean;
  /** True where the connection comes straight from this machine. */
  isDirectLoopback: boolean;
}

export type AccessDecision =
  | { kind: 'allow' }
  | { kind: 'login' }
  | { kind: 'refuse'; error: AppError };

const allow: AccessDecision = { kind: 'allow' };

/** What a caller without a token, or with one that nobody knows, reads everywhere. */
export function unauthenticated(): AppError {
  return new AppError('unauthenticated', unauthenticatedMessage);
}

export function forbidden(principal: Principal, anyOf: readonly Permission[]): AppError {
  return new AppError(
    'forbidden',
    `the role ${principal.role} may not do this; it needs the permission ${anyOf.join(' or ')}`,
  );
}

function decideByPermission(caller: Caller | null, anyOf: readonly Permission[]): AccessDecision {
  if (caller === null) return { kind: 'refuse', error: unauthenticated() };
  const { principal } = caller;
  return anyOf.some((permission) => isAllowed(principal.role, permission))
    ? allow
    : { kind: 'refuse', error: forbidden(principal, anyOf) };
}

/** Whether a caller may take a route. */
export function decideAccess(question: AccessQuestion): AccessDecision {
  const { rule, caller } = question;
  switch (rule.kind) {
    case 'public':
    case 'by-procedure':
      return allow;
    case 'permission':
      return decideByPermission(caller, rule.anyOf);
    case 'metrics':
      return question.isDirectLoopback ? allow : decideByPermission(caller, ['read']);
    case 'page':
      if (caller === null && question.isNavigation) return { kind: 'login' };
      return decideByPermission(caller, [rule.permission]);
  }
}
