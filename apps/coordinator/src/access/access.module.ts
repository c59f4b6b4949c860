import { Module } from '@nestjs/common';
import { ACCESS_PORT } from '../api/ports.ts';
import { AccessService } from './access-service.ts';
import { LoginController } from './login.controller.ts';
import { PrincipalResolver } from './principal-resolver.ts';

/** Who calls, and what they may do. */
@Module({
  controllers: [LoginController],
  providers: [
    PrincipalResolver,
    AccessService,
    { provide: ACCESS_PORT, useExisting: AccessService },
  ],
  exports: [PrincipalResolver, ACCESS_PORT],
})
export class AccessModule {}
