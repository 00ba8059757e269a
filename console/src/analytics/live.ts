/**
 * Numbers as they move: a stream of server-sent events that opens itself again. While it is interrupted the same numbers
 * are asked for the ordinary way, which says why when it is for good; nothing is read while nobody looks.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body, Refusal, type Schemas } from "~/api/client";

export type Numbers = Schemas["Numbers"];

export interface Live {
  numbers: Numbers | undefined;
  /** When the server last said that these are the numbers, by this browser's clock; 0 at first. */
  heard: number;
  isInterrupted: boolean;
  /** Why there are no numbers and will be none. */
  refusal: Refusal | undefined;
}

/** The server looks every two seconds: if it has been silent for so long, something is wrong. */
const SILENCE = 7_000;
const PAUSES = [300, 1_000, 2_000, 4_000];
const NOTHING: Live = { numbers: undefined, heard: 0, isInterrupted: false, refusal: undefined };

export interface Asked {
  version?: number | "all";
  run?: number;
}

export function useLiveNumbers(journey: string, asked: Asked): Live {
  const client = useQueryClient();
  const [live, setLive] = useState(NOTHING);
  const { version, run } = asked;
  useEffect(() => {
    const query = { ...(version === undefined ? {} : { version }), ...(run === undefined ? {} : { run }) };
    const listening = new Listening(journey, query, client, (change) =>
      setLive((before) => ({ ...before, ...change })),
    );
    return () => {
      listening.end();
      setLive(NOTHING);
    };
  }, [journey, version, run, client]);
  return live;
}

class Listening {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(
    private readonly journey: string,
    private readonly asked: Asked,
    private readonly client: QueryClient,
    private readonly tell: (change: Partial<Live>) => void,
  ) {
    document.addEventListener("visibilitychange", this.look);
    this.look();
  }

  end() {
    document.removeEventListener("visibilitychange", this.look);
    this.close();
  }

  /** A browser has few connections to a server, and pages that nobody sees need none. */
  private readonly look = () => {
    this.close();
    if (!document.hidden) this.open();
  };

  private close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private open() {
    const search = new URLSearchParams(Object.entries(this.asked).map(([name, value]) => [name, `${value}`]));
    const source = new EventSource(`/api/v1/journeys/${this.journey}/numbers/stream?${search}`);
    source.addEventListener("numbers", ({ data }) => this.hear({ numbers: JSON.parse(data) }));
    source.addEventListener("unchanged", () => this.hear({}));
    source.addEventListener("error", () => this.retry());
    this.source = source;
    this.watch();
  }

  private hear(change: Partial<Live>) {
    this.failures = 0;
    this.tell({ ...change, heard: Date.now(), isInterrupted: false, refusal: undefined });
    this.watch();
  }

  private watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), SILENCE);
  }

  private retry() {
    this.close();
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => void this.ask(), pause);
  }

  /** The ordinary way, to see whether the server is there again, or what it refuses. */
  private async ask() {
    const timer = this.timer;
    const params = { path: { journey: this.journey }, query: this.asked };
    try {
      const numbers = await body(api.GET("/api/v1/journeys/{journey}/numbers", { params }));
      if (timer !== this.timer) return;
      this.tell({ numbers, heard: Date.now(), isInterrupted: false });
      this.open();
    } catch (error) {
      if (timer !== this.timer) return;
      if (error instanceof Refusal && error.status === 401)
        void this.client.invalidateQueries({ queryKey: ["session"] });
      else if (error instanceof Refusal && error.status < 500) return this.tell({ refusal: error });
      this.tell({ isInterrupted: true });
      this.retry();
    }
  }
}
