console.log(`observed ${JSON.stringify({ local_main: process.env.INPUT_NAME })}`);
