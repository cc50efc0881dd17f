export interface Beat {
  cron: string;
  at: string;
}

let last: Beat | undefined;

/** Remembers a cron run, for as long as this isolate lives. */
export async function recordBeat(controller: ScheduledController): Promise<void> {
  last = { cron: controller.cron, at: new Date(controller.scheduledTime).toISOString() };
}

export function lastBeat(): Beat | undefined {
  return last;
}
