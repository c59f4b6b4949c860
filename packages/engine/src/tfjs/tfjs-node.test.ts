import { describe, expect, it } from 'vitest';
import { describeFusedTrainer } from '../testing/fused-contract.ts';
import { tfjsStepTrainer } from '../testing/tfjs-step-trainer.ts';
import { describeTrainer } from '../testing.ts';
import { compareRecurrent } from './cudnn/choose-recurrent.ts';
import { cudnnAttributes } from './cudnn/cudnn-packing.ts';
import { type CudnnRuntime, findCudnnRuntime } from './cudnn/cudnn-runtime.ts';
import { openCudnnLayers } from './cudnn/open-cudnn-layers.ts';
import { parseNvidiaSmi } from './describe-device.ts';
import { findTfjs, loadTfjsEngine } from './load-tfjs-engine.ts';

// On a machine with a GPU build with --gpu: the same suite then runs there.
const backend = findTfjs('node-gpu') === undefined ? 'node' : 'node-gpu';
const folder = findTfjs(backend);

if (folder === undefined) {
  const reason =
    'no libtensorflow here: run node infra/scripts/build-tfjs-node.mjs (--gpu for CUDA), or set STARLING_TFJS_NODE';
  process.stdout.write(`skipped: ${reason}\n`);
} else {
  const clock = { monotonicMs: () => performance.now() };
  const { tf, build, gpu, memoryBytes, recurrent } = await loadTfjsEngine({ backend, clock });
  const name = gpu === null ? build : `${build} on ${gpu.name}`;
  describeTrainer(tfjsStepTrainer(name, tf), { differences: 4, rounding: 3e-4 });
  describeFusedTrainer(name, tf);
  if (gpu === null) {
    // Large tensors go by TensorFlow's own Adam; here small ones do too.
    const large = `${name}, every tensor large`;
    const trainer = tfjsStepTrainer(large, tf, { mostJoined: 0 });
    describeTrainer(trainer, { differences: 4, rounding: 3e-4 });
    describeFusedTrainer(large, tf, { mostJoined: 0 });
  }
  if (recurrent.way === 'cudnn') {
    const layers = openCudnnLayers(tf, findCudnnRuntime(tf) as CudnnRuntime, 1);
    const trainer = tfjsStepTrainer(`${name}, recurrent layers by cuDNN`, tf, {
      cudnn: layers,
    });
    describeTrainer(trainer, { differences: 4, rounding: 3e-4 });
  }

  it('says what it is and what packs may use', () => {
    expect(build).toMatch(/^tfjs-node(-gpu)?\/\d+\.\d+/);
    expect(memoryBytes).toBeGreaterThan(2 ** 20);
    expect(gpu === null).toBe(backend === 'node');
    process.stdout.write(`recurrent layers: ${recurrent.reason}\n`);
    if (gpu === null) expect(recurrent).toMatchObject({ way: 'stepwise', mostLanes: 0 });
  });

  // A card that runs them is not needed to have TensorFlow look at names, attributes and inputs.
  it.runIf(gpu === null)('calls the ops of cuDNN as TensorFlow defines them', () => {
    const runtime = findCudnnRuntime(tf) as CudnnRuntime;
    const shape = { cell: 'lstm', inputs: 2, hidden: 3, isBidirectional: true } as const;
    const attributes = cudnnAttributes(shape);
    const numbers = [1, 3, 2].map((value) => tf.scalar(value, 'int32'));
    const floats = (count: number) => Array.from({ length: count }, () => tf.zeros([2]));
    const lengths = tf.tensor([1, 1], [2], 'int32');
    const of = (count: number) => ({ num_params_weights: count, num_params_biases: count });
    const timeMajor = { ...attributes, time_major: true };
    const run =
      (...call: Parameters<CudnnRuntime['run']>) =>
      () =>
        runtime.run(...call);
    const ops: Record<string, () => unknown> = {
      CudnnRNNParamsSize: run('CudnnRNNParamsSize', { ...attributes, S: 'int32' }, numbers, 1),
      CudnnRNNCanonicalToParamsV2: run(
        'CudnnRNNCanonicalToParamsV2',
        { ...attributes, ...of(4) },
        [...numbers, ...floats(8)],
        1,
      ),
      CudnnRNNV3: run(
        'CudnnRNNV3',
        { ...timeMajor, is_training: true },
        [...floats(4), lengths],
        5,
      ),
      CudnnRNNBackpropV3: run(
        'CudnnRNNBackpropV3',
        timeMajor,
        [...floats(4), lengths, ...floats(8)],
        4,
      ),
    };
    for (const [name, call] of Object.entries(ops)) {
      expect(call).toThrow(`All kernels registered for op ${name}:\n  <no registered kernels>`);
    }
    const misspelt = { ...attributes, rnn_mode: 'gruu' };
    expect(run('CudnnRNNV3', misspelt, [...floats(4), lengths], 5)).toThrow('allowed values');
    expect(compareRecurrent(tf, runtime, clock).reason).toMatch(
      /^step by step: cuDNN failed its check: .*CudnnRNNParamsSize/,
    );
  });
}

describe('loadTfjsEngine', () => {
  it('says what to install where the package is not there', async () => {
    const act = loadTfjsEngine({ backend: 'node-gpu', path: '/nowhere' });
    await expect(act).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('build-tfjs-node.mjs --gpu') as string,
    });
  });
});

describe('parseNvidiaSmi', () => {
  it('reads a card a line, and nothing where a card does not say its memory', () => {
    const text = 'NVIDIA H200, 143771, 143000, 570.86.15\nNVIDIA X, [N/A], [N/A], 570.86.15\n';
    expect(parseNvidiaSmi(text)).toEqual([
      {
        name: 'NVIDIA H200',
        memoryBytes: 143771 * 2 ** 20,
        freeBytes: 143000 * 2 ** 20,
        driver: '570.86.15',
      },
    ]);
    expect(parseNvidiaSmi('')).toEqual([]);
  });
});
