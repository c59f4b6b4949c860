/** Something that the palette can do, found by its words. */
export interface Command {
  id: string;
  title: string;
  detail: string;
  group: string;
}

/**
 * Commands that hold every word of the query, those first whose title begins with it, then
 * those whose title holds it, else in the order given.
 */
export function rankMatches<Item extends Command>(
  commands: readonly Item[],
  query: string,
): Item[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [...commands];
  const words = wanted.split(/\s+/);
  const score = (command: Item): number => {
    const title = command.title.toLowerCase();
    if (title.startsWith(wanted)) return 0;
    if (title.includes(wanted)) return 1;
    return 2;
  };
  return commands
    .filter((command) => {
      const text = `${command.title} ${command.detail} ${command.group}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((command, index) => ({ command, index, score: score(command) }))
    .sort((a, b) => a.score - b.score || a.index - b.index)
    .map(({ command }) => command);
}
