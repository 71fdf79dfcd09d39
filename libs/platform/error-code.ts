/** The `code` of what Node or the database's driver threw (`ENOENT`, `57P01`); empty where there is none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
