'use client';

import { toClientError } from '@starling/api/client';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { useDebounced } from '../../../browser/use-debounced.ts';
import { draftOf, formOf, type SweepForm } from './sweep-form.ts';
import { draftToYaml, type LocatedProblem, locate, readSweepYaml } from './sweep-yaml.ts';

const CHECK_AFTER_MS = 400;

/**
 * A form and its YAML as one thing. Either may be edited: an edit of the form writes the text
 * anew (its comments go); an edit of the text moves the form as soon as the text is whole, and
 * leaves it as it was until then. The coordinator checks what both agree on.
 */
export function useSweepDraft(initial: SweepForm) {
  const api = useApi();
  const [{ form, text }, setState] = useState(() => ({
    form: initial,
    text: draftToYaml(draftOf(initial)),
  }));
  const editForm = useCallback((change: (form: SweepForm) => SweepForm) => {
    setState((current) => {
      const next = change(current.form);
      return next === current.form ? current : { form: next, text: draftToYaml(draftOf(next)) };
    });
  }, []);
  const editText = useCallback((next: string) => {
    const { spec } = readSweepYaml(next);
    setState((current) => ({
      form: spec === undefined ? current.form : formOf(spec),
      text: next,
    }));
  }, []);

  const read = useMemo(() => readSweepYaml(text), [text]);
  const rested = useDebounced(text, CHECK_AFTER_MS);
  const restedSpec = useMemo(() => readSweepYaml(rested).spec, [rested]);
  const check = useQuery(
    api.sweeps.check.queryOptions(restedSpec === undefined ? skipToken : { spec: restedSpec }, {
      retry: false,
      staleTime: 60_000,
      placeholderData: (previous) => previous,
    }),
  );
  const isCurrent = rested === text && !check.isFetching;
  const problems = useMemo((): LocatedProblem[] => {
    if (read.problems.length > 0) return read.problems;
    if (!isCurrent || check.error === null) return [];
    const error = toClientError(check.error);
    if (error.problems.length > 0) return locate(error.problems, read.lineOf);
    return [{ field: 'sweep', message: error.message, line: null }];
  }, [read, check.error, isCurrent]);

  return {
    form,
    text,
    editForm,
    editText,
    problems,
    /** The spec, where nothing that is known is wrong. */
    spec: problems.length === 0 ? read.spec : undefined,
    /** True while the text is in the middle of an edit that the form cannot follow. */
    isFormBehind: read.spec === undefined && draftToYaml(draftOf(form)) !== text,
    check: read.problems.length === 0 && check.error === null ? check.data : undefined,
    isChecking: read.problems.length === 0 && !isCurrent,
  };
}

/** Sentences for one field: its own problems and those of what lies in it. */
export function messagesFor(problems: readonly LocatedProblem[], field: string): string[] {
  return problems
    .filter((problem) => problem.field === field || problem.field.startsWith(`${field}.`))
    .map((problem) => {
      const inner = problem.field.slice(field.length + 1);
      const fix = problem.fix === undefined ? '' : `; ${problem.fix}`;
      return `${inner === '' ? '' : `${inner}: `}${problem.message}${fix}`;
    });
}
