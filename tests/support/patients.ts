import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Patients {
  labels: number[];
  /** Patients → visits → codes. */
  seqs: number[][][];
}

async function convert(source: string, target: string): Promise<string> {
  const { labels, seqs } = JSON.parse(await readFile(source, 'utf8')) as Patients;
  const lines = seqs.flatMap((visits, index) =>
    visits.length === 0 ? [] : [JSON.stringify({ label: labels[index], visits })],
  );
  await writeFile(target, `${lines.join('\n')}\n`);
  return target;
}

/** Writes the visit sequences of `physionet2012` as JSON Lines, stays without a visit left out. */
export async function writePatients(
  sequences: string,
  folder: string,
): Promise<{ train: string; validation: string; test: string }> {
  const write = (split: string) =>
    convert(
      join(sequences, `physionet2012/seqs.${split}.json`),
      join(folder, `visits.${split}.jsonl`),
    );
  return {
    train: await write('train'),
    validation: await write('validation'),
    test: await write('test'),
  };
}
