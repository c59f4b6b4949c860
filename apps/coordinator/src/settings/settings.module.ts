import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from '../env.ts';

/** Injects `Settings`. */
export const SETTINGS = Symbol('Settings');

@Module({})
export class SettingsModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
