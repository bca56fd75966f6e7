"""What every type and root of the GraphQL door is made with, and the way of a query through it.

Why there is a base at all: Strawberry and graphql-core resolve field by field, which costs a statement a row and most
of the time of an answer. Here one selection becomes a fixed number of statements, whose rows are laid out by a
generated function; the rules stay in models, for every row read begins at `visible_to` and every verb is a command.

The way of a query:
1. `http` takes the request, charges for it, and answers; `error_messages`, `errors` say what is wrong with it.
2. `documents` parses, validates and measures (`limits`) a text once, and knows it again.
3. `response_cache` gives an answer of before while nothing that was asked for has moved.
4. A root (`roots`) hands over which rows are wanted, never rows themselves.
5. `plan` looks ahead (what it finds is told in `shapes`): from the selected fields (`fills` say how each is filled, `nodes` which record it shows) to the
   columns of one statement, and what must follow it.
6. `fetch` runs them: `connections` for the pages, `statements` for what is put around one; its text is
   made once and then only bound (`models.base.statement_cache`, which the pages use too).
   What stands beside values that are no records (the unit of a figure) is fetched for all of them at once by `gather`.
7. `completion` has `compile` write one function for the selection, which lays the rows out as the response.
A mutation (`mutations`, `arguments`, `payloads`, `refusals`) runs its command, then reads what it gives from step 5 on.

What falls back to what: where the function of `compile` meets a surprise (a null in a non-null place, a wrong type, an
exception), `fallback` gives graphql-core the same rows, which completes them with the exact errors, paths and nulls.
Filters whose SQL `statement_cache` cannot write once are written by the ORM each time. `build` puts it all together.
"""
