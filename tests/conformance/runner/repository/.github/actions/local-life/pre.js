console.log('observed {"local_pre":"ran"}');
