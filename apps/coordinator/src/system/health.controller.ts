import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Metrics } from '@starling/runtime';
import type { FastifyReply } from 'fastify';
import { METRICS } from './metrics.module.ts';
import { Readiness } from './readiness.ts';

@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /** 200 as long as the process answers at all. */
  @Get('health/live')
  live(): { live: true } {
    return { live: true };
  }

  /** 200 where it can do its work, else 503; either way what was checked. */
  @Get('health/ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const { isReady, checks } = await this.readiness.check();
    reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready: isReady, checks });
  }

  @Get('metrics')
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    reply.type(this.metrics.contentType).send(await this.metrics.render());
  }
}
