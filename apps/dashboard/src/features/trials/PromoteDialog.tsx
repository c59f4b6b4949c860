'use client';

import { aliasSchema, modelNameSchema, type TrialDetail } from '@starling/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { ErrorNote } from '../../ui/feedback.tsx';
import { formatPercent } from '../../ui/format.ts';
import { TextInput } from '../../ui/inputs.tsx';
import { announce } from '../../ui/Toast.tsx';

interface PromoteDialogProps {
  trial: TrialDetail;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** A model name made of a data set's name. */
function suggestName(datasetName: string): string {
  const name = datasetName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63);
  return name === '' ? 'model' : name;
}

/** Makes a trial's weights a model version; the test split is scored once, then. */
export function PromoteDialog({ trial, isOpen, onOpenChange }: PromoteDialogProps) {
  const api = useApi();
  const router = useRouter();
  const queryClient = useQueryClient();
  const formId = useId();
  const [name, setName] = useState(() => suggestName(trial.datasetName));
  const [alias, setAlias] = useState('champion');
  const models = useQuery(api.models.list.queryOptions(undefined, { enabled: isOpen }));
  const promote = useMutation(
    api.models.promote.mutationOptions({
      onSuccess: (version) => {
        announce(
          `Promoted to ${version.modelName}, version ${version.version}`,
          version.testScore === null
            ? 'The data set has no test split to score.'
            : `Test accuracy ${formatPercent(version.testScore.accuracy, 2)}`,
        );
        void queryClient.invalidateQueries(api.models.pathFilter());
        router.push(`/models/${encodeURIComponent(version.modelName)}`);
      },
    }),
  );
  const nameCheck = modelNameSchema.safeParse(name);
  const aliasCheck = alias === '' ? null : aliasSchema.safeParse(alias);
  const isValid = nameCheck.success && (aliasCheck === null || aliasCheck.success);
  const holder = models.data
    ?.find((model) => model.name === name)
    ?.versions.find((version) => version.aliases.includes(alias));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isValid) return;
    promote.mutate({ trialId: trial.id, name, alias: alias === '' ? null : alias });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={`Promote trial #${trial.number}`}
      description="Its best weights become a model version that can be served. The test split is scored once, now, and the score is logged."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Not now</Button>
          <Button
            type="submit"
            form={formId}
            look="primary"
            disabled={!isValid}
            isBusy={promote.isPending}
          >
            Promote
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="space-y-4">
        <Field
          label="Model"
          hint={
            models.data?.some((model) => model.name === name) === true
              ? 'Adds a version to this model.'
              : 'A new model.'
          }
          errors={nameCheck.success ? [] : [nameCheck.error.issues[0]?.message ?? 'is not a name']}
        >
          {(aids) => (
            <>
              <TextInput
                {...aids}
                name="model"
                list={`${formId}-models`}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
              <datalist id={`${formId}-models`}>
                {models.data?.map((model) => (
                  <option key={model.id} value={model.name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          label="Alias"
          isOptional
          hint={
            holder === undefined
              ? 'A name that points at this version, for clients.'
              : `Moves here from version ${holder.version}.`
          }
          errors={
            aliasCheck === null || aliasCheck.success
              ? []
              : [aliasCheck.error.issues[0]?.message ?? 'is not an alias']
          }
        >
          {(aids) => (
            <TextInput
              {...aids}
              name="alias"
              value={alias}
              onChange={(event) => setAlias(event.target.value)}
            />
          )}
        </Field>
        <ErrorNote error={promote.error} />
      </form>
    </Dialog>
  );
}
