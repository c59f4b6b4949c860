import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Something that a lane needs and a machine may lack. */
export interface Prerequisite {
  name: string;
  /** Where it was found, or undefined. */
  find(): string | undefined;
  /** How to get it. */
  fix: string;
}

function onPath(...names: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), 'go/bin')];
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
}

export const browser: Prerequisite = {
  name: 'a Chromium browser',
  find: () =>
    process.env['STARLING_BROWSER'] ??
    onPath(
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      'microsoft-edge',
    ),
  fix: 'install Chromium (Debian: apt-get install chromium) or set STARLING_BROWSER to one',
};

/** The root of the project's checkout. */
export const projectRoot = join(import.meta.dirname, '../..');

/** A folder with real data sets that are not the project's to distribute. */
export const sharedData: Prerequisite = {
  name: 'the shared data sets',
  find: () =>
    [process.env['STARLING_SHARED'], join(projectRoot, '../shared')].find(
      (folder) => folder !== undefined && existsSync(join(folder, 'data')),
    ),
  fix: 'set STARLING_SHARED to the folder that holds data/seizure and data/sequences',
};
