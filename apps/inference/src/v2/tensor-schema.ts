import { z } from 'zod';

/** Datatypes of the Open Inference Protocol that an input may have here. */
const inputDatatypes = [
  'FP32',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
] as const;
export type InputDatatype = (typeof inputDatatypes)[number];

const parametersSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .optional();

const inputTensorSchema = z.strictObject({
  name: z.string().min(1).max(120),
  shape: z.array(z.int().nonnegative()).min(1).max(4),
  datatype: z.enum(
    inputDatatypes,
    `use one of ${inputDatatypes.join(', ')}; other datatypes are not read by these models`,
  ),
  parameters: parametersSchema,
  /** Flat in row order, or nested as the shape says; checked by hand, value by value. */
  data: z.array(z.unknown(), 'send the values as an array of numbers'),
});
export type InputTensor = z.output<typeof inputTensorSchema>;

const outputRequestSchema = z.strictObject({
  name: z.string().min(1).max(120),
  parameters: parametersSchema,
});

/** The body of `POST …/infer`, before it is held against a model. */
export const inferRequestSchema = z.strictObject({
  id: z.string().max(256).optional(),
  parameters: parametersSchema,
  inputs: z.array(inputTensorSchema).min(1, 'send the tensor named input').max(8),
  outputs: z.array(outputRequestSchema).max(8).optional(),
});
export type InferRequest = z.output<typeof inferRequestSchema>;

export interface OutputTensor {
  name: string;
  shape: number[];
  datatype: 'FP32' | 'BYTES';
  data: (number | string)[];
}

export interface InferResponse {
  model_name: string;
  model_version: string;
  id?: string;
  outputs: OutputTensor[];
}
