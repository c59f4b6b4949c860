import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../project-root.ts';
import { obtainEngine } from './install-engine.ts';
import { describeNeeds, findEngine, missingTools, readEngine } from './tfjs-engines.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function putPackage(folder: string, name: string): Promise<void> {
  const path = join(folder, 'node_modules', name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'package.json'), '{}');
}

describe('findEngine', () => {
  it('looks where it was built, then in the project and here; only where it is told if it is', async () => {
    const [root, here, named] = [await emptyFolder(), await emptyFolder(), await emptyFolder()];
    const find = (name?: string) => findEngine('tfjs-gpu', { root, here, named: name });
    expect(find()).toBeUndefined();
    await putPackage(here, '@tensorflow/tfjs-node-gpu');
    expect(find()).toBe(here);
    await putPackage(join(root, '.starling/tfjs-node-gpu'), '@tensorflow/tfjs-node-gpu');
    expect(find()).toBe(join(root, '.starling/tfjs-node-gpu'));
    expect(find(named)).toBeUndefined();
    expect(findEngine('tfjs-node', { root, here, named: undefined })).toBeUndefined();
  });
});

it('names the variable and the words where STARLING_ENGINE is none of them', () => {
  expect(readEngine()).toBe('kernels');
  expect(readEngine('tfjs-gpu')).toBe('tfjs-gpu');
  expect(() => readEngine('cuda')).toThrow(
    /STARLING_ENGINE is "cuda"; use one of kernels, tfjs-gpu/,
  );
});

describe('what an engine needs', () => {
  const nothing = { cards: null, python: null, compiler: null };

  it('is said with what is there, what is missing, its fix and its size', () => {
    const text = describeNeeds('tfjs-gpu', { ...nothing, python: 'pip 25' });
    expect(text).toMatch(/missing {2}NVIDIA driver and card: install the driver/);
    expect(text).toMatch(/ok {7}Python with pip: pip 25/);
    expect(text).toMatch(/size {5}.*GB/);
    expect(describeNeeds('tfjs-node', nothing)).not.toContain('NVIDIA');
  });

  it('keeps a build from beginning where something is missing', () => {
    expect(missingTools('tfjs-gpu', nothing)).toHaveLength(3);
    expect(missingTools('tfjs-node', { cards: null, python: 'x', compiler: 'x' })).toEqual([]);
    expect(missingTools('tfjs-gpu', { cards: null, python: 'x', compiler: 'x' })).toEqual([
      'an NVIDIA driver',
    ]);
  });

  it('is not looked for elsewhere where a folder was named without it', async () => {
    const terminal = { out: () => {}, err: () => {}, isFancy: false, columns: 80 };
    const named = await emptyFolder();
    await expect(
      obtainEngine('tfjs-gpu', { named, isInstallAsked: false, terminal }),
    ).rejects.toThrow(/STARLING_TFJS_NODE is .*unset it/);
  });
});

describe('build-tfjs-node.mjs', () => {
  const script = join(projectRoot, 'infra/scripts/build-tfjs-node.mjs');
  const run = (flag: string) => spawnSync(process.execPath, [script, flag], { encoding: 'utf8' });

  it('says its flags where it is asked, and where one is none of them', () => {
    const asked = run('--help');
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toMatch(/--gpu .*NVIDIA/);
    const wrong = run('--cuda');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/'--cuda'[\s\S]*--gpu/);
    expect(wrong.stderr).not.toContain('    at ');
  });
});
