'use client';

import { errorDataOf, toClientError } from '@starling/api/client';
import { AppError, type ImportProgress } from '@starling/domain';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useApi, useApiClient } from '../../../browser/api.tsx';
import { createRequestId } from '../../../browser/now.ts';
import { askLive, type LiveSocket, useLiveSocket } from '../../../live/LiveProvider.tsx';
import { formatPlural } from '../../../ui/format.ts';
import { announce, announceError } from '../../../ui/Toast.tsx';
import { assignFiles } from './assign-files.ts';
import {
  chosenFiles,
  emptyForm,
  type FileRole,
  type ImportForm,
  toImportOptions,
  withFiles,
  withSuggestions,
} from './import-form.ts';
import { ImportJob, type ImportState } from './import-job.ts';
import { readFileHead } from './read-file-head.ts';
import { uploadFile } from './upload-file.ts';

/** One of each for the whole tab, so that leaving the page loses neither files nor progress. */
const job = new ImportJob();
const idle: ImportState = { phase: 'idle' };
let form = emptyForm;
const formListeners = new Set<() => void>();
/** Views that show how the import goes; without one, its end is announced. */
let viewers = 0;

function subscribeToForm(listener: () => void): () => void {
  formListeners.add(listener);
  return () => formListeners.delete(listener);
}

function setForm(next: ImportForm): void {
  form = next;
  for (const tell of formListeners) tell();
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function watchImport(
  socket: LiveSocket,
  requestId: string,
  onProgress: (progress: ImportProgress) => void,
): () => void {
  const onEvent = (event: { requestId: string; progress: ImportProgress }): void => {
    if (event.requestId === requestId) onProgress(event.progress);
  };
  // Only the newest progress counts, and a new watcher gets it: an absence needs no mending.
  const onConnect = (): void => {
    void askLive<object>((answer) => socket.emit('import.watch', { requestId }, answer)).catch(
      () => undefined,
    );
  };
  socket.on('import.progress', onEvent);
  socket.on('connect', onConnect);
  if (socket.connected) onConnect();
  return () => {
    socket.off('import.progress', onEvent);
    socket.off('connect', onConnect);
  };
}

export function useImportState(): ImportState {
  return useSyncExternalStore(job.subscribe, job.state, () => idle);
}

function edit(change: (form: ImportForm) => ImportForm): void {
  setForm(change(form));
}

/** Reads the head of every file that is new in the form, and fills in what it suggests. */
function readNewHeads(before: ImportForm['files']): void {
  for (const [role, file] of Object.entries(form.files) as [FileRole, File][]) {
    if (before[role] === file) continue;
    readFileHead(file)
      .then((head) =>
        edit((one) =>
          one.files[role] === file
            ? withSuggestions({ ...one, heads: { ...one.heads, [role]: head } })
            : one,
        ),
      )
      // A file that cannot be read now is refused in words when it is sent.
      .catch(() => undefined);
  }
}

/** Takes files that were chosen or dropped at a place of the form, or beside it (null). */
export function takeFiles(dropped: readonly File[], at: FileRole | null): void {
  if (job.isActive) return;
  // What was said of other files is no news of these.
  job.settle();
  const before = form.files;
  const { layout, files, left } = assignFiles(form, dropped, at);
  edit((one) => withFiles({ ...one, layout }, files));
  readNewHeads(before);
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ');
    announce('Not every file was taken', `There are three splits; left out: ${names}`);
  }
}

export function useImportForm() {
  const current = useSyncExternalStore(
    subscribeToForm,
    () => form,
    () => emptyForm,
  );
  return { form: current, edit };
}

/** Tells that the import is in sight while the component is. */
export function useImportViewer(): void {
  useEffect(() => {
    viewers++;
    return () => {
      viewers--;
    };
  }, []);
}

/** What can be done with the import; `start` resolves when it is over. */
export function useImportActions() {
  const api = useApi();
  const client = useApiClient();
  const queryClient = useQueryClient();
  const socket = useLiveSocket();
  const start = async (): Promise<void> => {
    const order = form;
    window.addEventListener('beforeunload', askBeforeLeaving);
    const state = await job.run(
      {
        files: chosenFiles(order),
        toOptions: (uploads) => toImportOptions(order, uploads),
      },
      {
        upload: uploadFile,
        importDataset: (input) =>
          client.datasets.import.mutate(input).catch((thrown: unknown) => {
            throw errorDataOf(thrown) === undefined ? lostAnswer(thrown) : toClientError(thrown);
          }),
        watch: (requestId, onProgress) => watchImport(socket, requestId, onProgress),
        createRequestId,
      },
    );
    window.removeEventListener('beforeunload', askBeforeLeaving);
    // Whoever looks at it settles it.
    if (state.phase === 'done' && viewers === 0) job.settle();
    if (state.phase === 'failed' && viewers === 0) {
      announceError('The data set was not imported', state.error);
    }
    if (state.phase !== 'done') return;
    const { dataset } = state;
    setForm(emptyForm);
    await queryClient.invalidateQueries({ queryKey: api.datasets.pathKey() });
    const { train, validation, test } = dataset.splits;
    announce(
      `${dataset.name} is imported`,
      formatPlural(train.rows + validation.rows + (test?.rows ?? 0), 'row'),
    );
  };
  return { start, stop: () => job.stop(), settle: () => job.settle() };
}

function lostAnswer(cause: unknown): AppError {
  return new AppError(
    'timed-out',
    'The connection was lost before the answer came. The import may still have gone well: try again, and nothing is done twice.',
    { cause },
  );
}
