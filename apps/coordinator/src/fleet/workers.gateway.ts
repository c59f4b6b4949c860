import { Inject } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { namespaces } from '@starling/protocol';
import { type WorkerNamespace, WorkerSockets } from './worker-sockets.ts';

/** Gives the workers' namespace of the one Socket.IO server to `WorkerSockets`. */
@WebSocketGateway({ namespace: namespaces.workers })
export class WorkersGateway implements OnGatewayInit<WorkerNamespace> {
  constructor(@Inject(WorkerSockets) private readonly sockets: WorkerSockets) {}

  afterInit(namespace: WorkerNamespace): void {
    this.sockets.attach(namespace);
  }
}
