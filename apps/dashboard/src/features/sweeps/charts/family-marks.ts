import { type ChartPalette, familyColor, familySymbol } from '../../../ui/chart/palette.ts';

/** A mark that opens its trial. */
export interface MarkDatum {
  id: string;
  family: string;
  value: [number, number];
}

/** Marks from which smaller and fainter ones are drawn. */
const CROWD = 400;

interface MarkSeries {
  itemStyle: { color: string; opacity: number; borderColor: string; borderWidth: number };
  z: number;
}

/** Scatter series, one a family, so that marks have their family's colour and shape. */
export function familyMarks(
  palette: ChartPalette,
  data: readonly MarkDatum[],
  size = 8,
): MarkSeries[] {
  const isCrowded = data.length > CROWD;
  return [...Map.groupBy(data, ({ family }) => family)].map(([family, marks]) => ({
    type: 'scatter' as const,
    name: family,
    symbol: familySymbol(family),
    symbolSize: isCrowded ? size - 3 : size,
    cursor: 'pointer',
    z: 2,
    itemStyle: {
      color: familyColor(palette, family),
      opacity: isCrowded ? 0.4 : 0.62,
      borderColor: palette.surface,
      borderWidth: isCrowded ? 0 : 0.5,
    },
    data: marks.map(({ id, value }) => ({ id, value })),
  }));
}

/** The marks of a front: before all others, with an outline in ink. */
export function frontMarks(
  palette: ChartPalette,
  data: readonly MarkDatum[],
  size: number,
): MarkSeries[] {
  return familyMarks(palette, data, size).map((series) => ({
    ...series,
    z: 4,
    itemStyle: { ...series.itemStyle, opacity: 1, borderColor: palette.ink, borderWidth: 1.25 },
  }));
}
