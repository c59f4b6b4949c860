import type { DatasetSummary } from '@starling/domain';

export interface Equivalent {
  title: string;
  text: string;
}

/** The same by other means: the command line and plain HTTP. `origin` is the front door. */
export function equivalentsOf(
  dataset: Pick<DatasetSummary, 'name' | 'sha256'>,
  origin: string,
): Equivalent[] {
  const authorization = `-H "Authorization: Bearer $STARLING_TOKEN"`;
  const input = encodeURIComponent(JSON.stringify({ id: dataset.name }));
  return [
    {
      title: 'Command line',
      text: `npx starling dataset show ${dataset.name} --url ${origin} --token $STARLING_TOKEN`,
    },
    {
      title: 'This description, over HTTP',
      text: `curl ${authorization} \\\n'${origin}/trpc/datasets.get?input=${input}'`,
    },
    {
      title: 'The stored file (safetensors), over HTTP',
      text: `curl ${authorization} \\\n-o ${dataset.name}.safetensors \\\n${origin}/artifacts/${dataset.sha256}`,
    },
  ];
}
