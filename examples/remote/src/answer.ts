/** Answers from the notes that are nearest to a question. */
export async function answer(env: Env, question: string): Promise<{ answer: string; sources: string[] }> {
  const { data } = (await env.AI.run("@cf/baai/bge-m3", { text: [question] })) as { data: number[][] };
  const { matches } = await env.NOTES.query(data[0], { topK: 2 });
  const sources = matches.map(({ id }) => id);
  const messages = [{ role: "user", content: `${question}\n${sources.join()}` }];
  const { response } = (await env.AI.run("@cf/meta/llama-3.1-8b-instruct", { messages })) as { response: string };
  return { answer: response, sources };
}
