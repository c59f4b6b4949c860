import { expect, it } from 'vitest';
import { isOutOfMemory } from './pack-memory.ts';

// As TensorFlow 2.21, CUDA, cuBLAS, cuDNN, C++ and V8 word it; no card was needed to read them.
it.each([
  'OOM when allocating tensor with shape[128,32,656] and type float on /job:localhost/device:GPU:0',
  'Resource exhausted: failed to allocate memory [Op:BatchMatMulV2]',
  'RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes',
  'Dst tensor is not initialized.',
  'CUDA_ERROR_OUT_OF_MEMORY: out of memory',
  'failed to alloc 2147483648 bytes on host: CUDA_ERROR_OUT_OF_MEMORY',
  'cudaErrorMemoryAllocation',
  'failed to create cublas handle: CUBLAS_STATUS_ALLOC_FAILED',
  'CUDNN_STATUS_ALLOC_FAILED in tensorflow/stream_executor',
  'std::bad_alloc',
  'Array buffer allocation failed',
])('takes it for a full memory: %s', (message) => {
  expect(isOutOfMemory(new Error(message))).toBe(true);
  expect(isOutOfMemory(message)).toBe(true);
});

it.each([
  'Invalid argument: Incompatible shapes: [8,32,16] vs. [8,32,5]',
  'No OpKernel was registered to support Op CudnnRNNV3',
  'there is no room for the layer',
  'boom',
])('takes nothing else for it: %s', (message) => {
  expect(isOutOfMemory(new Error(message))).toBe(false);
});
