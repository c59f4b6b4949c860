// @ts-check
// The report of a load lane: the numbers as JSON, and one page to look at.

const settings = {
  html: __ENV.LOAD_REPORT_HTML,
  json: __ENV.LOAD_REPORT_JSON,
};

/** @param {unknown} text */
function escapeHtml(text) {
  return String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {number} value @param {string} contains */
function showNumber(value, contains) {
  if (contains === 'time') return `${value.toFixed(2)} ms`;
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}

const order = [
  'rate',
  'count',
  'passes',
  'fails',
  'value',
  'avg',
  'med',
  'p(90)',
  'p(95)',
  'p(99)',
  'min',
  'max',
];

/** @param {any} data */
function rowsOf(data) {
  return Object.entries(data.metrics)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, metric]) => ({
      name,
      values: Object.entries(metric.values)
        .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
        .map(([key, value]) => `${key} ${showNumber(Number(value), metric.contains)}`)
        .join(', '),
      thresholds: Object.entries(metric.thresholds ?? {}).map(
        ([rule, { ok }]) => `${ok ? 'held' : 'CROSSED'}: ${rule}`,
      ),
    }));
}

/**
 * k6's `handleSummary`: text to the terminal, and the two files where their paths are set.
 * @param {string} title
 */
export function summarise(title) {
  return (/** @type {any} */ data) => {
    const rows = rowsOf(data);
    const shown = rows.filter(
      ({ name, thresholds }) =>
        thresholds.length > 0 || ['http_reqs', 'iterations', 'http_req_duration'].includes(name),
    );
    const text = shown
      .map(({ name, values, thresholds }) =>
        [`${name}: ${values}`, ...thresholds.map((line) => `  ${line}`)].join('\n'),
      )
      .join('\n');
    const table = rows
      .map(({ name, values, thresholds }) => {
        const cells = [name, values, thresholds.join('; ')].map(
          (cell) => `<td>${escapeHtml(cell)}</td>`,
        );
        return `<tr>${cells.join('')}</tr>`;
      })
      .join('\n');
    const seconds = (data.state.testRunDurationMs / 1000).toFixed(1);
    const html = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:14px system-ui;margin:2rem;color-scheme:light dark}td,th{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #8884;vertical-align:top}</style>
<h1>${escapeHtml(title)}</h1><p>${seconds} s</p>
<table><tr><th>measure</th><th>values</th><th>thresholds</th></tr>
${table}</table></html>
`;
    /** @type {Record<string, string>} */
    const outputs = { stdout: `${title}, ${seconds} s\n${text}\n` };
    if (settings.html) outputs[settings.html] = html;
    if (settings.json)
      outputs[settings.json] = JSON.stringify({ ...data, setup_data: undefined }, null, 2);
    return outputs;
  };
}
