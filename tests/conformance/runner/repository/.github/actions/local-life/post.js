console.log('observed {"local_post":"ran"}');
