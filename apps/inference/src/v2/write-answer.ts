import type { ModelVersion } from '@starling/domain';
import type { InferQuestion } from './read-infer-request.ts';
import type { InferResponse, OutputTensor } from './tensor-schema.ts';

/** What a network says of n rows: logits and probabilities, n × classes, row by row. */
export interface Prediction {
  logits: Float32Array;
  probabilities: Float32Array;
}

/** Index of the largest value of a row; the first among equals. */
function largestIn(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if ((values[start + index] as number) > (values[start + best] as number)) best = index;
  }
  return best;
}

/** The protocol's answer, its tensors in the order in which they were asked for. */
export function writeAnswer(
  version: ModelVersion,
  question: InferQuestion,
  prediction: Prediction,
): InferResponse {
  const { rows } = question.input;
  const classes = version.network.classes;
  const tensors = question.outputs.map((name): OutputTensor => {
    if (name === 'class') {
      const labels = Array.from({ length: rows }, (_, row) => {
        const index = largestIn(prediction.logits, row * classes, classes);
        return version.classNames[index] ?? String(index);
      });
      return { name, datatype: 'BYTES', shape: [rows], data: labels };
    }
    return { name, datatype: 'FP32', shape: [rows, classes], data: Array.from(prediction[name]) };
  });
  return {
    model_name: version.modelName,
    model_version: String(version.version),
    ...(question.id === undefined ? {} : { id: question.id }),
    outputs: tensors,
  };
}
