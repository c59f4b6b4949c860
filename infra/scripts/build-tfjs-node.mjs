// Builds tfjs-node against a current TensorFlow, outside the workspace's own dependencies.
//   node infra/scripts/build-tfjs-node.mjs [--gpu] [--test] [--force] [--into FOLDER]
//       [--wheel FILE] [--python PYTHON]
// The binary that @tensorflow/tfjs-node downloads is TensorFlow 2.9 with CUDA 11, too old for
// Hopper and later cards; this one links the libraries of TensorFlow's pip wheel instead. Needs
// npm, a C++ compiler with make, and a Python with pip (no virtual environment is touched).
// FOLDER is .starling/tfjs-node, or .starling/tfjs-node-gpu; what lies there ready is kept. With
// --test the trainers' suite then runs on it: on a GPU machine all of it is one command.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TFJS = '4.22.0';
const TENSORFLOW = '2.21.0';

const USAGE = `node infra/scripts/build-tfjs-node.mjs [--gpu] [--test] [--force] [--into FOLDER]
    [--wheel FILE] [--python PYTHON]
Builds tfjs-node ${TFJS} on TensorFlow ${TENSORFLOW} into .starling/tfjs-node, or FOLDER.
  --gpu            for NVIDIA cards: tfjs-node-gpu, with TensorFlow's CUDA libraries from pip
  --test           then run the trainers' suite on it
  --force          build again what lies there ready
  --wheel FILE     a wheel of TensorFlow that is here already
  --python PYTHON  a Python with pip (python3)
`;

function readFlags() {
  try {
    return parseArgs({
      options: {
        gpu: { type: 'boolean', default: false },
        test: { type: 'boolean', default: false },
        into: { type: 'string' },
        wheel: { type: 'string' },
        python: { type: 'string', default: 'python3' },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n${USAGE}`);
    return process.exit(2);
  }
}

const values = readFlags();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const name = values.gpu ? 'tfjs-node-gpu' : 'tfjs-node';
const folder = resolve(values.into ?? join(root, '.starling', name));
const packageFolder = join(folder, 'node_modules/@tensorflow', name);
const markerFile = join(folder, 'starling-tfjs.json');
const site = join(folder, 'python');

function fail(message, fix) {
  process.stderr.write(`${message}\n  fix: ${fix}\n`);
  process.exit(1);
}

function run(what, command, parameters, { fix }) {
  process.stdout.write(`${what} …\n`);
  const { status, error, stdout, stderr } = spawnSync(command, parameters, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout;
  process.stderr.write(`${stdout ?? ''}\n${stderr ?? ''}\n`);
  return fail(`${what}: ${error?.message ?? `${command} ended with ${status}`}`, fix);
}

/** Runs the suite of the trainers on what was built, where that is wanted. */
function test() {
  if (!values.test) return;
  // What a fresh clone lacks: the workspace's packages, and the kernels that the suite compares with.
  const needed = ['node_modules/.bin/vitest', 'packages/kernels/build/relaxed.wasm'];
  if (needed.some((file) => !existsSync(join(root, file)))) {
    const { status } = spawnSync(process.execPath, [join(root, 'infra/scripts/bootstrap.mjs')], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) fail('the workspace is not built', 'run npm run build, then this again');
  }
  const vitest = [
    'vitest',
    'run',
    '--project',
    'unit',
    'packages/engine/src/tfjs/tfjs-node.test.ts',
  ];
  const { status } = spawnSync('npx', vitest, {
    cwd: root,
    stdio: 'inherit',
    // TF32 has ten bits where the suite's oracles have 23.
    env: { ...process.env, STARLING_TFJS_NODE: folder, NVIDIA_TF32_OVERRIDE: '0' },
  });
  process.exitCode = status ?? 1;
}

/** The add-on, asked for its TensorFlow and for a card in a process of its own. */
function versionOf() {
  const script = `const tf = require(${JSON.stringify(packageFolder)});
    console.log('version=' + tf.backend().binding.TF_Version);
    console.log('card=' + tf.backend().isUsingGpuDevice)`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: values.gpu ? '0' : '2' },
  });
  const version = /version=(\S+)/.exec(stdout ?? '')?.[1];
  const seesCard = /card=true/.test(stdout ?? '');
  return { version: status === 0 ? version : undefined, seesCard, words: `${stdout}${stderr}` };
}

/** Says whether the add-on finds a card, where it is built for one. */
function tellCard({ seesCard, words }) {
  if (!values.gpu) return;
  if (seesCard) {
    process.stdout.write('TensorFlow sees the graphics card\n');
    return;
  }
  const reason = /(cuInit|Cannot dlopen|Could not find cuda|libcu\w+\.so)[^\n]*/i.exec(words)?.[0];
  const fix = 'a driver for CUDA 12 (nvidia-smi lists the card); in a container --gpus all';
  process.stdout.write(
    `TensorFlow sees no graphics card here${reason === undefined ? '' : `: ${reason}`}\n  needed to train: ${fix}\n`,
  );
  if (values.test) process.exit(1);
}

const present = !values.force && existsSync(markerFile) ? versionOf() : undefined;
if (present?.version !== undefined) {
  process.stdout.write(`${name} is ready in ${folder}\n`);
  tellCard(present);
  test();
  process.exit();
}

mkdirSync(folder, { recursive: true });
// As a script of npm's, which brings node-gyp along. The add-on speaks Node-API: the headers of any
// Node will do, --nodedir (an option of npm's) names some where none can be downloaded.
const scripts = {
  addon: `cd node_modules/@tensorflow/${name} && node-pre-gyp rebuild --build-from-source`,
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ private: true, scripts })}\n`);
run(
  `npm package @tensorflow/${name}@${TFJS}`,
  'npm',
  ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@tensorflow/${name}@${TFJS}`],
  { fix: 'see that npm reaches its registry' },
);

// pip unpacks the wheel; with the GPU's libraries beside it where they are wanted, at the places
// that the library's own search path names.
const wheel =
  values.wheel === undefined
    ? values.gpu
      ? `tensorflow[and-cuda]==${TENSORFLOW}`
      : `tensorflow-cpu==${TENSORFLOW}`
    : `${resolve(values.wheel)}${values.gpu ? '[and-cuda]' : ''}`;
if (!existsSync(join(site, 'tensorflow')) || values.force) {
  rmSync(site, { recursive: true, force: true });
  const depth = values.gpu ? [] : ['--no-deps'];
  run(
    `pip package ${wheel}`,
    values.python,
    ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', ...depth, '--target', site, wheel],
    { fix: `give a Python that TensorFlow ${TENSORFLOW} has wheels for: --python python3.12` },
  );
}

const tensorflow = join(site, 'tensorflow');
const deps = join(packageFolder, 'deps');
/** Libraries look for others beside themselves, by the path that they were opened with. */
function link(target, path) {
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}
const library = readdirSync(tensorflow).find((file) => /^libtensorflow_cc\.so\.\d+$/.test(file));
const framework = readdirSync(tensorflow).find((file) =>
  /^libtensorflow_framework\.so\.\d+$/.test(file),
);
if (library === undefined || framework === undefined) {
  fail(`no libtensorflow_cc in ${tensorflow}`, `give a wheel of TensorFlow ${TENSORFLOW}: --wheel`);
}
mkdirSync(deps, { recursive: true });
link(library, join(tensorflow, 'libtensorflow.so'));
link(framework, join(tensorflow, 'libtensorflow_framework.so'));
link(tensorflow, join(deps, 'lib'));
link(join(tensorflow, 'include'), join(deps, 'include'));
if (values.gpu) {
  // TensorFlow opens them by its own search path, which begins at its folder: ../nvidia/cudnn/lib.
  const missing = [
    'cuda_runtime',
    'cublas',
    'cudnn',
    'cufft',
    'cusolver',
    'cusparse',
    'nccl',
  ].filter((part) => !existsSync(join(site, 'nvidia', part, 'lib')));
  if (missing.length > 0) {
    fail(
      `no ${missing.join(', ')} in ${join(site, 'nvidia')}`,
      'give the wheel of tensorflow, not of tensorflow-cpu, and --force',
    );
  }
  link(join(site, 'nvidia'), join(deps, 'nvidia'));
}

run('the add-on', 'npm', ['run', 'addon'], {
  fix: 'install a C++ compiler, make and Python (Debian: build-essential)',
});

const built = versionOf();
const { version, words } = built;
if (version === undefined) {
  process.stderr.write(`${words}\n`);
  fail('the add-on does not load', 'read the words above; --force builds anew');
}
const { version: tfjs } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
writeFileSync(
  markerFile,
  `${JSON.stringify({ package: `@tensorflow/${name}`, tfjs, tensorflow: version }, null, 2)}\n`,
);
process.stdout.write(`${name} ${tfjs} on TensorFlow ${version} is ready in ${folder}\n`);
tellCard(built);
test();
