/**
 * A path of this site that a login may lead to. Anything that a browser could read as another
 * host (`//host`, `/\host`, `https:…`) becomes the front page.
 */
export function safePath(next: string): string {
  if (!/^\/(?![/\\])[^\\\s]*$/.test(next)) return '/';
  return next.startsWith('/login') ? '/' : next;
}
