import { Module } from '@nestjs/common';
import { PrincipalResolver } from './principal-resolver.ts';

@Module({
  providers: [PrincipalResolver],
  exports: [PrincipalResolver],
})
export class AccessModule {}
