import type { Model, ModelVersion } from '@starling/domain';
import { inputShapesOf } from './read-infer-request.ts';

interface TensorMetadata {
  name: string;
  datatype: string;
  shape: number[];
}

export interface ModelMetadata {
  name: string;
  versions: string[];
  platform: string;
  inputs: TensorMetadata[];
  outputs: TensorMetadata[];
  parameters: Record<string, string | number | boolean>;
}

/** The protocol's metadata of a model, described by one of its versions. */
export function describeModel(model: Model, version: ModelVersion): ModelMetadata {
  const { shape } = version;
  const classes = version.network.classes;
  const inputs: TensorMetadata[] = [
    { name: 'input', datatype: 'FP32', shape: inputShapesOf(shape)[0] ?? [-1] },
  ];
  if (shape.kind === 'sequence' && shape.variable !== false) {
    inputs.push({ name: 'lengths', datatype: 'INT64', shape: [-1] });
  }
  return {
    name: model.name,
    versions: model.versions.map((each) => String(each.version)),
    platform: 'starling_kernels',
    inputs,
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, classes] },
      { name: 'class', datatype: 'BYTES', shape: [-1] },
      { name: 'logits', datatype: 'FP32', shape: [-1, classes] },
    ],
    parameters: {
      version: version.version,
      aliases: version.aliases.join(','),
      classes: version.classNames.join(','),
      family: version.family,
      dataset: version.datasetName,
      synthetic_data: version.isSyntheticData,
      validation_accuracy: version.validationAccuracy,
    },
  };
}

export interface IndexEntry {
  name: string;
  version: string;
  aliases: string[];
  state: 'READY' | 'UNAVAILABLE';
  reason: string;
}

/** The repository index: one entry a version; `READY` once its weights are in memory. */
export function indexModels(
  models: readonly Model[],
  isLoaded: (versionId: string) => boolean,
): IndexEntry[] {
  return models.flatMap((model) =>
    model.versions.map((version): IndexEntry => {
      const loaded = isLoaded(version.id);
      return {
        name: model.name,
        version: String(version.version),
        aliases: [...version.aliases],
        state: loaded ? 'READY' : 'UNAVAILABLE',
        reason: loaded ? '' : 'loads with its first request',
      };
    }),
  );
}
