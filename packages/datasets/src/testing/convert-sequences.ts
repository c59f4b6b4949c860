import { readFile, writeFile } from 'node:fs/promises';
import { AppError } from '@starling/domain';
import { z } from 'zod';

const visits = z.array(z.array(z.int()));
const label = z.union([z.int(), z.string()]);

/** One list a property, patient by patient: `{ ids, labels, seqs }`. */
const columnsSchema = z.object({
  ids: z.array(z.union([z.int(), z.string()])),
  labels: z.array(label),
  seqs: z.array(visits),
});
/** One object a patient, codes numbered by their place in `codes`. */
const patientsSchema = z.object({
  codes: z.array(z.string()),
  patients: z.array(z.object({ id: z.string(), death: label, seq: visits })),
});

/**
 * Rewrites a JSON file of patients as JSON Lines that `importDataset` reads, one
 * `{ id, label, visits }` a line. Two forms are known: lists side by side
 * (`{ "ids": […], "labels": […], "seqs": [[[code, …], …], …] }`) and a list of patients
 * (`{ "codes": […], "patients": [{ "id", "death", "seq" }, …] }`), whose codes become names.
 * @throws AppError `invalid-dataset` for any other form
 */
export async function convertSequences(from: string, to: string): Promise<{ patients: number }> {
  const json: unknown = JSON.parse(await readFile(from, 'utf8'));
  const columns = columnsSchema.safeParse(json);
  const listed = patientsSchema.safeParse(json);
  let records: unknown[];
  if (columns.success) {
    const { ids, labels, seqs } = columns.data;
    records = ids.map((id, at) => ({ id, label: labels[at], visits: seqs[at] }));
  } else if (listed.success) {
    const { codes, patients } = listed.data;
    records = patients.map(({ id, death, seq }) => ({
      id,
      label: death,
      visits: seq.map((visit) => visit.map((code) => codes[code])),
    }));
  } else {
    throw new AppError('invalid-dataset', `${from} has neither of the two forms of sequences`);
  }
  await writeFile(to, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return { patients: records.length };
}
