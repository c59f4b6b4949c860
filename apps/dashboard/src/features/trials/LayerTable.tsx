'use client';

import { describeNetwork, type NetworkSpec } from '@starling/domain';
import { useMemo } from 'react';
import { formatCount, formatSi } from '../../ui/format.ts';
import { SimpleTable } from '../../ui/SimpleTable.tsx';

/** Every layer with its output shape, parameters and FLOPs, and the totals. */
export function LayerTable({ network }: { network: NetworkSpec }) {
  const description = useMemo(() => describeNetwork(network), [network]);
  return (
    <SimpleTable
      caption="Layers of the network"
      isDense
      rows={description.layers}
      rowKey={(layer) => layer.name}
      columns={[
        {
          key: 'name',
          header: 'Layer',
          cell: (layer) => <span className="font-mono text-xs">{layer.name}</span>,
        },
        { key: 'kind', header: 'Kind', cell: (layer) => layer.kind },
        {
          key: 'shape',
          header: 'Output',
          cell: (layer) => <span className="whitespace-nowrap">{layer.outputShape}</span>,
        },
        {
          key: 'parameters',
          header: 'Parameters',
          align: 'right',
          cell: (layer) => (layer.parameters === 0 ? '' : formatCount(layer.parameters)),
        },
        {
          key: 'flops',
          header: 'FLOPs',
          align: 'right',
          cell: (layer) => (layer.flops === 0 ? '' : formatCount(layer.flops)),
        },
      ]}
      footer={
        <tr className="border-t border-line-strong font-semibold">
          <th scope="row" colSpan={3} className="h-10 pl-4 text-left">
            In all
            {description.stepsCounted !== null && (
              <span className="ml-2 text-xs font-normal text-ink-3">
                FLOPs for {description.stepsCounted} step of a sequence
              </span>
            )}
          </th>
          <td className="px-3 text-right" title={formatSi(description.parameters)}>
            {formatCount(description.parameters)}
          </td>
          <td className="pr-4 pl-3 text-right" title={formatSi(description.flops)}>
            {formatCount(description.flops)}
          </td>
        </tr>
      }
    />
  );
}
