export type YamlTokenKind = 'comment' | 'key' | 'string' | 'number' | 'word' | 'mark' | 'text';

export interface YamlToken {
  kind: YamlTokenKind;
  text: string;
}

const RULES: readonly { kind: YamlTokenKind; pattern: RegExp }[] = [
  { kind: 'text', pattern: /^\s+/ },
  { kind: 'comment', pattern: /^#.*/ },
  { kind: 'string', pattern: /^"(?:[^"\\]|\\.)*"?|^'(?:[^']|'')*'?/ },
  { kind: 'key', pattern: /^[^\s{}[\],:#"'][^{}[\],:#]*(?=:(?:\s|$))/ },
  { kind: 'number', pattern: /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?=[\s,}\]]|$)/i },
  { kind: 'word', pattern: /^(?:true|false|null|~)(?=[\s,}\]]|$)/ },
  { kind: 'mark', pattern: /^[{}[\],:\-?|>&*!]/ },
  { kind: 'text', pattern: /^[^\s{}[\],:]+/ },
  { kind: 'text', pattern: /^./ },
];

/** One line of YAML as coloured parts; the parts together are the line. Never judges it. */
export function tokenizeYamlLine(line: string): YamlToken[] {
  const tokens: YamlToken[] = [];
  let rest = line;
  while (rest !== '') {
    for (const { kind, pattern } of RULES) {
      const text = pattern.exec(rest)?.[0];
      if (text === undefined || text === '') continue;
      tokens.push({ kind, text });
      rest = rest.slice(text.length);
      break;
    }
  }
  return tokens;
}
