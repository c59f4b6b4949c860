import { Inject } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { namespaces } from '@starling/protocol';
import { type LiveNamespace, LiveSockets } from './live-sockets.ts';

/** Gives the pages' namespace of the one Socket.IO server to `LiveSockets`. */
@WebSocketGateway({ namespace: namespaces.live })
export class LiveGateway implements OnGatewayInit<LiveNamespace> {
  constructor(@Inject(LiveSockets) private readonly sockets: LiveSockets) {}

  afterInit(namespace: LiveNamespace): void {
    this.sockets.attach(namespace);
  }
}
