const colours: Record<string, number> = { warn: 33, error: 31, fatal: 31, debug: 90, trace: 90 };

const paint = (colour: number, text: string): string => `\u001b[${colour}m${text}\u001b[0m`;

function showValue(value: unknown): string {
  if (typeof value === 'string') return /[\s"]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}

/** One JSON log line as a person reads it: time, service, message, then `key=value`. */
export function prettyLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, time, service, msg, err, ...rest } = record;
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const error = err as { stack?: string; message?: string } | undefined;
  const details = Object.entries(rest).map(([key, value]) => `${key}=${showValue(value)}`);
  const colour = colours[String(level)];
  const head = [
    paint(90, clock),
    String(service ?? ''),
    ...(colour === undefined ? [] : [paint(colour, String(level))]),
    String(msg ?? error?.message ?? ''),
    ...(details.length === 0 ? [] : [paint(90, details.join(' '))]),
  ].join(' ');
  return `${head}\n${error?.stack === undefined ? '' : `${paint(90, error.stack)}\n`}`;
}
