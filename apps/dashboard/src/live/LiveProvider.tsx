'use client';

import { AppError } from '@starling/domain';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { io, type Socket } from 'socket.io-client';
import { loginPathFrom } from '../browser/api.tsx';
import { decideReconnect } from './decide-reconnect.ts';
import { type Ack, LIVE_NAMESPACE, type LiveToClient, type LiveToServer } from './live-messages.ts';

export type LiveSocket = Socket<LiveToClient, LiveToServer>;

/** connecting: for the first time. live. away: the connection is lost and being sought. */
export type LiveStatus = 'connecting' | 'live' | 'away';

const ANSWER_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = 1500;

interface Live {
  socket: LiveSocket;
  subscribe: (listener: () => void) => () => void;
  status: () => LiveStatus;
  stop: () => void;
}

const LiveContext = createContext<Live | null>(null);

function createLive(): Live {
  const socket: LiveSocket = io(LIVE_NAMESPACE, {
    autoConnect: false,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 4000,
  });
  let status: LiveStatus = 'connecting';
  const listeners = new Set<() => void>();
  const become = (next: LiveStatus): void => {
    if (next === status) return;
    status = next;
    for (const tell of listeners) tell();
  };
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const seek = (data?: unknown): void => {
    become('away');
    const decision = decideReconnect({ isTryingItself: socket.active, data });
    if (decision === 'log-in') window.location.assign(loginPathFrom(window.location));
    if (decision !== 'retry') return;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => socket.connect(), RETRY_AFTER_MS);
  };
  socket.on('connect', () => become('live'));
  socket.on('disconnect', (reason) => {
    // Our own leaving: the page goes away.
    if (reason !== 'io client disconnect') seek();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => seek(error.data));
  return {
    socket,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => status,
    stop: () => {
      clearTimeout(retryTimer);
      socket.disconnect();
    },
  };
}

/** One socket for all pages behind the login. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const live = useMemo(createLive, []);
  useEffect(() => {
    live.socket.connect();
    return () => {
      live.stop();
    };
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('LiveProvider is missing above this component');
  return live;
}

export function useLiveSocket(): LiveSocket {
  return useLive().socket;
}

export function useLiveStatus(): LiveStatus {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.status, () => 'connecting');
}

/** The value of an answer; rejects with the coordinator's error, or where none comes in time. */
export function askLive<Value>(send: (answer: (ack: Ack<Value>) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new AppError('timed-out', 'the coordinator did not answer in time')),
      ANSWER_WITHIN_MS,
    );
    send((ack) => {
      clearTimeout(timer);
      if (ack.ok) resolve(ack.value);
      else reject(AppError.fromWire(ack.error));
    });
  });
}
