import type { Configuration } from '../sweeps/space-spec.ts';
import type { DataKind, DataShape } from './data-shape.ts';
import type { NetworkSpec } from './network-spec.ts';

interface ParameterBase {
  name: string;
  title: string;
  /** One line for a form. */
  help: string;
  /** The parameter means something only while another one has one of these values. */
  when?: { parameter: string; values: readonly string[] };
}

export interface NumberParameter extends ParameterBase {
  type: 'int' | 'float';
  /** Bounds of a legal value, both included. */
  minimum: number;
  maximum: number;
  /** Absent where the parameter is optional: then somebody else decides (epochs: the budget). */
  default?: number;
  scale: 'linear' | 'log';
  /** A sensible range to search; inside the bounds, above 0 where the scale is log. */
  search: { minimum: number; maximum: number };
}

export interface CategoricalParameter extends ParameterBase {
  type: 'categorical';
  values: readonly string[];
  default: string;
  search: { values: readonly string[] };
}

export interface BooleanParameter extends ParameterBase {
  type: 'boolean';
  default: boolean;
  search: { values: readonly boolean[] };
}

export type FamilyParameter = NumberParameter | CategoricalParameter | BooleanParameter;

export interface Family {
  id: string;
  title: string;
  /** One line of advice. */
  description: string;
  accepts: readonly DataKind[];
  /** Structural parameters; those of training are common to all families. */
  parameters: readonly FamilyParameter[];
  /** The network of a resolved configuration for data that the family accepts. */
  build(configuration: Configuration, shape: DataShape): NetworkSpec;
}
