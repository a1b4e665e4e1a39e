/** In: a client, how many. Out: clients after it, in the order of ids; merged ones are left out. */
export const SELECT_SOME_CLIENTS = {
  name: 'clients.some_clients',
  text: 'select id from client where merged_into is null and id > $1 order by id limit $2',
};
