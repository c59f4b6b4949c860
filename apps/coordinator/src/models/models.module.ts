import { Module } from '@nestjs/common';
import { MODELS_PORT } from '../api/ports.ts';
import type { Settings } from '../env.ts';
import { SETTINGS } from '../settings/settings.module.ts';
import { ModelsService, SCORE_ON_TEST } from './models-service.ts';
import { RegistryController } from './registry.controller.ts';
import { scoreByInference } from './score-by-inference.ts';

@Module({
  controllers: [RegistryController],
  providers: [
    {
      provide: SCORE_ON_TEST,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        scoreByInference({ url: settings.inferenceUrl, secret: settings.internalSecret }),
    },
    ModelsService,
    { provide: MODELS_PORT, useExisting: ModelsService },
  ],
  exports: [MODELS_PORT],
})
export class ModelsModule {}
