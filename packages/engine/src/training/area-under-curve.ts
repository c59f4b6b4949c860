/**
 * Area under the ROC curve: the chance that a row of class 1 has a higher score than one of
 * class 0, ties counting half (Mann–Whitney U by mid-ranks). Null where a class is missing or
 * a score is no number.
 */
export function areaUnderCurve(scores: Float32Array, labels: Int32Array): number | null {
  const order = Uint32Array.from(scores, (_, index) => index);
  const scoreOf = (position: number): number => scores[order[position] as number] as number;
  if (scores.some(Number.isNaN)) return null;
  order.sort((one, other) => (scores[one] as number) - (scores[other] as number));
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scoreOf(end) === scoreOf(start)) end++;
    const rank = (start + 1 + end) / 2;
    for (let position = start; position < end; position++) {
      if (labels[order[position] as number] !== 1) continue;
      positives++;
      rankSum += rank;
    }
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
