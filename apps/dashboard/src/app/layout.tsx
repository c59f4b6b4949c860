import '@fontsource-variable/geist';
import '@fontsource-variable/geist-mono';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { ThemeProvider } from 'next-themes';
import type { ReactNode } from 'react';
import { ApiProvider } from '../browser/api.tsx';
import { ToastProvider } from '../ui/Toast.tsx';

export const metadata: Metadata = {
  title: { default: 'Starling', template: '%s · Starling' },
  description: 'Hyperparameter sweeps, live, ranked by accuracy and overfitting gap.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#0d131d' },
    { media: '(prefers-color-scheme: dark)', color: '#080b11' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The theme's class is set before hydration, so the server cannot know it.
    <html lang="en" suppressHydrationWarning>
      <body>
        <ThemeProvider
          attribute="class"
          defaultTheme="system"
          enableSystem
          disableTransitionOnChange
        >
          <ApiProvider>
            <ToastProvider>
              <div className="page-root">{children}</div>
            </ToastProvider>
          </ApiProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}
