/** Runs tasks in the order they came, at most `count` at a time. */
export function limitConcurrency(count: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function run<Value>(task: () => Promise<Value>): Promise<Value> {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place goes straight to the next one, so nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
