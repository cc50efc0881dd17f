/** Files invoices; those that are not signed come back a moment later, signed. */
export default {
  async queue(batch, env) {
    for (const message of batch.messages) {
      if (message.attempts === 1 && !message.body.signed) message.retry();
      else await env.SHELF.put(`invoices/${message.body.number}`, `attempt ${message.attempts}`);
    }
  },
};
