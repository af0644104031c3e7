import './styles/base.css';
import './styles/ui.css';
import './styles/prose.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { session } from './sync/session.svelte';

const target = document.getElementById('app');
if (target) {
  mount(App, { target });
  void session.start();
}
