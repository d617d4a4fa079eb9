const { rooms } = require('./.ci/rooms.cjs');

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pathOf = (room) => (room.endsWith('.ts') ? `^${escape(room)}$` : `^${escape(room)}/`);

const forbidden = Object.entries(rooms).flatMap(([room, { rooms: allowedRooms = [], packages = [] }]) => {
  const inner = Object.keys(rooms).filter((other) => other !== room && other.startsWith(`${room}/`));
  const from = { path: pathOf(room), ...(inner.length > 0 ? { pathNot: inner.map(pathOf) } : {}) };
  const ownRooms = [room, ...inner, ...allowedRooms].map(pathOf);
  return [
    {
      name: `${room}: rooms`,
      comment: `${room} may import only ${['itself', ...allowedRooms].join(', ')}`,
      severity: 'error',
      from,
      to: { path: '^(main|preload|renderer|resources|test)/', pathNot: ownRooms },
    },
    {
      name: `${room}: packages`,
      comment: `${room} may import only the packages ${packages.join(', ') || '(none)'}`,
      severity: 'error',
      from,
      to: {
        path: 'node_modules/',
        pathNot: packages.map((name) => `node_modules/(@types/)?${escape(name)}/`),
      },
    },
  ];
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...forbidden,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|json)$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
    },
  },
};
