export interface Reminder {
  name: string;
  about: string;
}

/** How long a customer may think, in seconds. */
const TIME_TO_THINK = 3600;
/** How long a mail server that fails is left alone, in seconds; twice as long each time. */
const PAUSE = 60;

export async function remind(reminder: Reminder, env: Env): Promise<void> {
  await env.REMINDERS.send(reminder, { delaySeconds: TIME_TO_THINK });
}

/** Sends mail; stands for a service that tests replace. */
export const mail = {
  async send(_reminder: Reminder): Promise<void> {},
};

export async function sendReminders(batch: MessageBatch<Reminder>): Promise<void> {
  for (const message of batch.messages) {
    try {
      await mail.send(message.body);
    } catch {
      message.retry({ delaySeconds: PAUSE * 2 ** (message.attempts - 1) });
    }
  }
}
