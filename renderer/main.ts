import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './host/connect';
import './ui/tokens.css';
import './ui/base.css';

const host = await connect();
mount(App, { target: document.getElementById('app')!, props: { host } });
