import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '@starling/runtime';

/** Injects the `Logger` of `@starling/runtime`. */
export const LOGGER = Symbol('Logger');

@Module({})
export class LogModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: LogModule,
      global: true,
      providers: [{ provide: LOGGER, useValue: logger }],
      exports: [LOGGER],
    };
  }
}
