export interface Letter {
  from: string;
  to: string;
  subject: string;
  text: string;
  /** More header lines. */
  headers?: Record<string, string>;
}

/** A letter as it goes over the wire. */
export function compose({ from, to, subject, text, headers }: Letter): string {
  const all = {
    From: from,
    To: to,
    Subject: subject,
    "Message-ID": `<${crypto.randomUUID()}@help.example>`,
    Date: new Date().toUTCString(),
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${text}\r\n`;
}
