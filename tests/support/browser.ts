import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { browser as prerequisite } from '../lanes/prerequisites.ts';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** What the page complained of: errors on the console and uncaught ones. */
  complaints: string[];
  close(): Promise<void>;
}

/** A page in a headless browser of its own. */
export async function openPage(
  options: { width?: number; height?: number } = {},
): Promise<OpenPage> {
  const executablePath = prerequisite.find();
  if (executablePath === undefined) throw new Error(prerequisite.fix);
  const browser: Browser = await chromium.launch({ executablePath, args: flags });
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, context, complaints, close: () => browser.close() };
}
