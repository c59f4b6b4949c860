/** Distinct labels as classes, and the class of every label in the order they were given. */
export interface ClassOrder {
  readonly classNames: readonly string[];
  readonly classOf: Int32Array;
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/**
 * Orders labels: by number where all are numbers (`1` and `1.0` are then one class, named by
 * the shortest form), else by code point, so that the order is the same on every machine.
 */
export function orderClasses(labels: readonly string[]): ClassOrder {
  const isNumbers = labels.every(isNumeric);
  // Adding 0 makes -0 the same class as 0.
  const keyOf = (label: string): string => (isNumbers ? String(Number(label) + 0) : label);
  const nameOf = new Map<string, string>();
  for (const label of labels) {
    const key = keyOf(label);
    const held = nameOf.get(key);
    if (held === undefined || label.length < held.length) nameOf.set(key, label);
  }
  const keys = [...nameOf.keys()].sort((one, other) => {
    if (isNumbers) return Number(one) - Number(other);
    return one < other ? -1 : 1;
  });
  const indexOf = new Map(keys.map((key, index) => [key, index]));
  return {
    classNames: keys.map((key) => nameOf.get(key) as string),
    classOf: Int32Array.from(labels, (label) => indexOf.get(keyOf(label)) as number),
  };
}
