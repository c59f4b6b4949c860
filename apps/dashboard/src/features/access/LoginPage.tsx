'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/inputs.tsx';
import { Murmuration } from '../../ui/Murmuration.tsx';
import { StarlingMark } from '../../ui/StarlingMark.tsx';
import { logIn } from './log-in.ts';
import { safePath } from './safe-path.ts';

/** What the coordinator's redirects say in the address. */
const failures: Readonly<Record<string, string>> = {
  link: 'That login link was used before or has expired. Ask for a new one, or paste a token.',
  'rate-limited': 'Too many attempts; wait a minute and try again.',
  unauthenticated: 'This token is not known, or it was revoked.',
  forbidden: 'This token does not open the dashboard; use a viewer, operator or admin token.',
};

/** Where a token is typed in; most people come by the URL that was printed at the start. */
export function LoginPage({ next, error }: { next: string; error: string | null }) {
  const [token, setToken] = useState('');
  const [errors, setErrors] = useState<string[]>([]);
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    const answer = await logIn(token);
    if (answer.kind === 'in') {
      window.location.assign(safePath(next));
      return;
    }
    setErrors([answer.message]);
    setIsBusy(false);
  };

  return (
    <main className="grid min-h-dvh bg-night text-night-ink lg:grid-cols-[minmax(0,1fr)_minmax(0,30rem)]">
      <div className="relative hidden flex-col justify-between overflow-hidden p-10 lg:flex">
        <p className="flex items-center gap-3 [--mark-speck:var(--night)]">
          <StarlingMark className="size-9 text-[#45cabd]" />
          <span className="text-2xl font-semibold tracking-tight">Starling</span>
        </p>
        <Murmuration className="absolute inset-x-0 top-1/2 w-full -translate-y-1/2 text-[#7d95b8] opacity-70" />
        <p className="max-w-md text-lg text-night-ink-2">
          Many networks, one flock: sweeps over architectures and hyperparameters, live, ranked by
          accuracy and by how much they overfit.
        </p>
      </div>
      <div className="flex flex-col justify-center bg-canvas px-6 py-10 text-ink sm:px-12">
        <p className="mb-8 flex items-center gap-2.5 [--mark-speck:var(--canvas)] lg:hidden">
          <StarlingMark className="size-8 text-accent" />
          <span className="text-xl font-semibold tracking-tight">Starling</span>
        </p>
        <h1 className="text-2xl font-semibold tracking-tight">Log in</h1>
        {error !== null && (
          <p role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            {failures[error] ?? 'That did not work; try again.'}
          </p>
        )}
        <p className="mt-2 text-sm text-ink-2">
          Open the URL that <Code>starling up</Code> or <Code>npm run demo</Code> printed: it logs
          in once. A new one comes from
        </p>
        <pre className="mt-2 rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs">
          npx starling login-link
        </pre>
        <form onSubmit={(event) => void submit(event)} className="mt-6 space-y-4">
          <Field
            label="Or paste a token"
            hint="An admin creates tokens under Settings. They are stored hashed and shown once."
            errors={errors}
          >
            {(aids) => (
              <TextInput
                {...aids}
                type="password"
                name="token"
                autoComplete="current-password"
                required
                value={token}
                onChange={(event) => {
                  setToken(event.target.value);
                  setErrors([]);
                }}
                className="font-mono"
              />
            )}
          </Field>
          <Button type="submit" look="primary" className="w-full" isBusy={isBusy}>
            Log in
          </Button>
        </form>
      </div>
    </main>
  );
}

function Code({ children }: { children: string }) {
  return <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-xs">{children}</code>;
}
