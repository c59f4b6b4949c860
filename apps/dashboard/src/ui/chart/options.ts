import type { EChartsOption } from 'echarts';
import type { ChartPalette } from './palette.ts';

const CHART_FONT = '"Geist Variable", system-ui, sans-serif';

/** What every chart shares. Still by design: a live chart that animates is never at rest. */
export function baseOption(palette: ChartPalette): EChartsOption {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: CHART_FONT, color: palette.inkSoft, fontSize: 11 },
    tooltip: {
      backgroundColor: palette.surface,
      borderColor: palette.line,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: palette.ink, fontSize: 12, fontFamily: CHART_FONT },
      confine: true,
      extraCssText: 'box-shadow: 0 8px 24px -12px rgb(0 0 0 / 40%); border-radius: 8px;',
    },
  };
}

interface AxisWishes {
  name: string;
  min?: number | 'dataMin';
  max?: number | 'dataMax';
  format?: (value: number) => string;
  isInteger?: boolean;
  /** Fits the axis to the data, where zero means nothing. */
  isFitted?: boolean;
}

/** A value axis with its name and unit, drawn lightly. */
export function valueAxis(palette: ChartPalette, side: 'x' | 'y', wishes: AxisWishes) {
  const { name, min, max, format, isInteger = false, isFitted = false } = wishes;
  return {
    type: 'value' as const,
    name,
    nameLocation: side === 'x' ? ('middle' as const) : ('end' as const),
    nameGap: side === 'x' ? 26 : 10,
    nameTextStyle: {
      color: palette.inkSoft,
      fontSize: 11,
      align: side === 'x' ? ('center' as const) : ('left' as const),
      padding: side === 'x' ? 0 : [0, 0, 0, -36],
    },
    scale: isFitted,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(isInteger ? { minInterval: 1 } : {}),
    // At the edge even where the other axis passes through zero.
    axisLine: { show: side === 'x', onZero: false, lineStyle: { color: palette.line } },
    axisTick: { show: false },
    splitLine: { show: side === 'y', lineStyle: { color: palette.grid } },
    axisLabel: {
      color: palette.inkSoft,
      fontSize: 11,
      hideOverlap: true,
      ...(format === undefined ? {} : { formatter: format }),
    },
  };
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for a tooltip, which the library takes as HTML: names come from users. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A tooltip of a heading and lines of name and value. */
export function tooltipHtml(
  heading: string,
  lines: readonly { name: string; value: string; color?: string }[],
): string {
  const rows = lines
    .map(
      ({ name, value, color }) =>
        `<tr><td style="padding:1px 14px 1px 0;opacity:.8">${
          color === undefined ? '' : `<span style="color:${color}">●</span> `
        }${escapeHtml(name)}</td><td style="text-align:right;font-weight:600">${escapeHtml(value)}</td></tr>`,
    )
    .join('');
  return `<div style="font-weight:600;margin-bottom:2px">${escapeHtml(heading)}</div><table style="border-spacing:0">${rows}</table>`;
}
