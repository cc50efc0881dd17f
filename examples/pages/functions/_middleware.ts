/** Notes the visitor's language for the functions, and names it in every answer. */
export const onRequest: PagesFunction<Env, never, Partial<Visit>> = async ({ request, data, next }) => {
  data.language = request.headers.get("Accept-Language")?.slice(0, 2) ?? "en";
  const response = await next();
  const answer = new Response(response.body, response);
  answer.headers.set("Content-Language", data.language);
  return answer;
};
